// A strict reader of XML, as far as our files go: it takes nothing that a program which shows SVG would not.

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements and texts, with references taken out of them. */
  readonly children: readonly (Element | string)[];
}

const TOKEN =
  /<\?[^>]*\?>|<!DOCTYPE[^>]*>|<!--(?:(?!--)[\s\S])*-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([a-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gi;

/** The root of an XML file. @throws Error if it is not well-formed */
export function parseXml(text: string): Element {
  const root = { name: '', attributes: {}, children: [] as (Element | string)[] };
  const open: (typeof root)[] = [root];
  let end = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML may not have
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(text))
    throw new Error('a character that XML has not');
  for (const match of text.matchAll(TOKEN)) {
    if (match.index !== end) break;
    end += match[0].length;
    readToken(match, open);
  }
  if (end !== text.length) throw new Error(`not well-formed at ${JSON.stringify(text.slice(end, end + 40))}`);
  const elements = root.children.filter((child) => typeof child !== 'string');
  if (open.length !== 1 || elements.length !== 1) throw new Error('expected one root that is closed');
  return elements[0]!;
}

/** Adds one token to the innermost of the open elements, opens an element, or closes one. */
function readToken(
  [, cdata, close, name = '', attributes = '', empty, words]: RegExpExecArray,
  open: { name: string; attributes: Record<string, string>; children: (Element | string)[] }[],
): void {
  const { children } = open.at(-1)!;
  if (cdata !== undefined) children.push(cdata);
  else if (words !== undefined) children.push(plain(words));
  else if (close === '/') {
    if (open.pop()!.name !== name || open.length === 0) throw new Error(`</${name}> closes nothing`);
  } else if (name !== '') {
    const element = { name, attributes: attributesOf(attributes), children: [] };
    children.push(element);
    if (empty === '') open.push(element);
  }
}

function attributesOf(text: string): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (Object.hasOwn(all, name!)) throw new Error(`${name} twice`);
    all[name!] = plain(value!);
  }
  return all;
}

function plain(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([\da-f]+));|&/gi, (whole, name, decimal, hex) => {
    if (name) return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name as string]!;
    if (whole === '&') throw new Error('a bare &');
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

/** All elements with this name, in the order of the file. */
export function elements(from: Element, name: string): Element[] {
  const found: Element[] = [];
  const todo: Element[] = [from];
  for (let next = todo.pop(); next; next = todo.pop()) {
    if (next.name === name) found.push(next);
    todo.push(...next.children.filter((child) => typeof child !== 'string').reverse());
  }
  return found;
}

/** All text in an element. */
export function textOf({ children }: Element): string {
  return children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}
