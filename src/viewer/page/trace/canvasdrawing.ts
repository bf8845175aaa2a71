// A drawing on a canvas.

import { type Drawing, FONT, type TextStyle } from '../../timeline/drawing.js';

export class CanvasDrawing implements Drawing {
  readonly #context: CanvasRenderingContext2D;

  /** @param context whose unit is a CSS pixel */
  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  rect(x: number, y: number, width: number, height: number, colour: string): void {
    this.#context.fillStyle = colour;
    this.#context.fillRect(x, y, width, height);
  }

  frame(x: number, y: number, width: number, height: number, colour: string, line: number, dash = 0): void {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.setLineDash(dash > 0 ? [dash, dash] : []);
    context.strokeRect(x, y, width, height);
    context.setLineDash([]);
  }

  curve(x0: number, y0: number, x1: number, y1: number, bend: number, colour: string, line: number): void {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.beginPath();
    context.moveTo(x0, y0);
    context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
    context.stroke();
  }

  triangle([x0, y0, x1, y1, x2, y2]: readonly [number, number, number, number, number, number], colour: string): void {
    const context = this.#context;
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.lineTo(x2, y2);
    context.fill();
  }

  text(x: number, y: number, text: string, { colour, size, anchor = 'start', isBold = false }: TextStyle): void {
    const context = this.#context;
    context.fillStyle = colour;
    context.font = `${isBold ? 'bold ' : ''}${size}px ${FONT}`;
    context.textBaseline = 'middle';
    context.textAlign = anchor === 'middle' ? 'center' : anchor;
    context.fillText(text, x, y);
  }

  part(x: number, y: number, width: number, height: number, draw: (inside: Drawing) => void): void {
    const context = this.#context;
    context.save();
    context.translate(x, y);
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    draw(this);
    context.restore();
  }
}
