// Pictures of the Mandelbrot set: pixels, scenes, views, kernels, PNG.

export { fillCol, fillPixel, fillRow } from './fill.js';
export { greyPlane, Img, newImg } from './image.js';
export { encode } from './png.js';
export {
  expectedPoint,
  expectedZoom,
  kernels,
  type Part,
  partOf,
  pointIn,
  type Scene,
  scenePart,
  scenes,
  sceneView,
  type View,
  zoomIn,
} from './scene.js';
