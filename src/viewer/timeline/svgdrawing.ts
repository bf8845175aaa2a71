// A drawing as SVG text.

import { escapeMarkup } from '../../lib/characters.js';
import { type Drawing, FONT, type TextStyle } from './drawing.js';

const number = (n: number) => String(Math.round(n * 100) / 100);

/** Attributes of an element, in order. */
function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? number(value) : escapeMarkup(value!)}"`)
    .join('');
}

export class SvgDrawing implements Drawing {
  readonly #out: string[];
  readonly #ids: { next: number };

  constructor(out: string[] = [], ids = { next: 1 }) {
    this.#out = out;
    this.#ids = ids;
  }

  rect(x: number, y: number, width: number, height: number, fill: string): void {
    this.#element('rect', { x, y, width, height, fill });
  }

  frame(x: number, y: number, width: number, height: number, stroke: string, line: number, dash = 0): void {
    const dashes = dash > 0 ? { 'stroke-dasharray': `${dash} ${dash}` } : {};
    this.#element('rect', { x, y, width, height, fill: 'none', stroke, 'stroke-width': line, ...dashes });
  }

  curve(x0: number, y0: number, x1: number, y1: number, bend: number, stroke: string, line: number): void {
    const points = [x0, y0, x0 + bend, y0, x1 - bend, y1, x1, y1].map(number);
    const d = `M${points.slice(0, 2).join(' ')}C${points.slice(2).join(' ')}`;
    this.#element('path', { d, fill: 'none', stroke, 'stroke-width': line });
  }

  triangle(points: readonly number[], fill: string): void {
    this.#element('polygon', { points: points.map(number).join(' '), fill });
  }

  text(x: number, y: number, text: string, { colour, size, anchor = 'start', isBold = false }: TextStyle): void {
    const font = { 'font-size': size, 'font-weight': isBold ? 'bold' : undefined };
    const values = { x, y, fill: colour, ...font, 'text-anchor': anchor === 'start' ? undefined : anchor };
    this.#out.push(`<text${attributes(values)} dominant-baseline="central">${escapeMarkup(text)}</text>`);
  }

  /** Shows a picture that is an address with its data in it. */
  image(x: number, y: number, width: number, height: number, href: string): void {
    this.#element('image', { x, y, width, height, href, style: 'image-rendering:pixelated' });
  }

  part(x: number, y: number, width: number, height: number, draw: (inside: Drawing) => void): void {
    const id = `part${this.#ids.next++}`;
    this.#out.push(`<clipPath${attributes({ id })}><rect${attributes({ width, height })}/></clipPath>`);
    this.#out.push(`<g transform="translate(${number(x)} ${number(y)})" clip-path="url(#${id})">`);
    draw(new SvgDrawing(this.#out, this.#ids));
    this.#out.push('</g>');
  }

  /** The file. @param title of the picture, for those who do not see it */
  file(width: number, height: number, title: string): string {
    const size = attributes({ width, height, viewBox: `0 0 ${number(width)} ${number(height)}` });
    return `<svg xmlns="http://www.w3.org/2000/svg"${size} role="img" font-family="${escapeMarkup(FONT)}">
<title>${escapeMarkup(title)}</title>
${this.#out.join('\n')}
</svg>
`;
  }

  #element(name: string, values: Readonly<Record<string, string | number | undefined>>): void {
    this.#out.push(`<${name}${attributes(values)}/>`);
  }
}
