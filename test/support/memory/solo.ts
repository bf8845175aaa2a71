// Memory of a run all of whose Ps have one thread, as in the simulator. To be imported before any other module of the runtime.

import { attachOnce } from './place.js';

attachOnce(40, true);
