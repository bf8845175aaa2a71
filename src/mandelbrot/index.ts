// The picture: pixels, scenes, kernels, PNG.

export { fillPixel } from './fill.js';
export { greyPlane, Img, newImg } from './image.js';
export { encode } from './png.js';
export { type Scene, scenes } from './scene.js';
