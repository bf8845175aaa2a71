// Memory of a run whose Ps have threads of their own. To be imported before any other module of the runtime.

import { attachOnce } from './place.js';

attachOnce(40, false);
