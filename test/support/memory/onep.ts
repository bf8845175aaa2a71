// Memory of a run with one P. To be imported before any other module of the runtime.

import { attachOnce } from './place.js';

attachOnce(1, false);
