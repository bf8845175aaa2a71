// TypeScript as text: what of a file is code, and what it imports. A scanner, not a parser: enough for our own sources.

/** `text` with its comments blanked, and with `strings` also the insides of strings; line breaks stay. */
export function codeOf(text: string, blank: { readonly strings: boolean }): string {
  let out = '';
  let at = 0;
  /** How deep in braces the code of each template literal's `${...}` is that we are in. */
  const templates: number[] = [];
  const take = (end: number, hide: boolean) => {
    const piece = text.slice(at, end);
    out += hide ? piece.replace(/[^\n]/g, ' ') : piece;
    at = end;
  };
  const token = new RegExp(TOKEN.source, 'y');
  while (at < text.length) {
    token.lastIndex = at;
    const found = token.exec(text)?.groups;
    if (text[at] === '`' || (text[at] === '}' && templates.at(-1) === 0)) {
      if (text[at] === '}') templates.pop();
      take(at + 1, false);
      take(endOfTemplateText(text, at), blank.strings);
      if (text[at] === '$') {
        take(at + 2, false);
        templates.push(0);
      } else {
        take(at + 1, false);
      }
    } else if (found?.comment !== undefined) {
      take(at + found.comment.length, true);
    } else if (found?.string !== undefined) {
      const end = at + found.string.length;
      take(at + 1, false);
      take(end - 1, blank.strings);
      take(end, false);
    } else if (text[at] === '/' && mayBeginRegex(out)) {
      REGEX.lastIndex = at;
      take(at + (REGEX.exec(text)?.[0].length ?? 1), blank.strings);
    } else {
      if (text[at] === '{' && templates.length > 0) templates[templates.length - 1]!++;
      if (text[at] === '}' && templates.length > 0) templates[templates.length - 1]!--;
      take(at + 1, false);
    }
  }
  return out;
}

const TOKEN = /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")/;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;

/** A slash after an operator, an opening bracket or `return` begins a regular expression; any other divides. */
function mayBeginRegex(before: string): boolean {
  return /(?:^|[(,=:[!&|?{};\n+]|=>|\breturn)\s*$/.test(before);
}

/** Where the text of a template literal ends: at its backquote, or at the next `${`. */
function endOfTemplateText(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '`' || text.startsWith('${', at)) return at;
  }
  return text.length;
}

/** Every module that the file imports: imports, re-exports, import(), require(). */
export function importsOf(text: string): string[] {
  return namesIn(text, [
    /\b(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'/dg,
    /\bimport\s*'([^']+)'/dg,
    /\bimport\(\s*'([^']+)'/dg,
    /\bcreateRequire\([^)]*\)\(\s*'([^']+)'/dg,
    /\brequire\(\s*'([^']+)'/dg,
  ]);
}

/** Every module that the file refers to by its URL, such as a worker's. */
export function moduleUrlsOf(text: string): string[] {
  return namesIn(text, [/\bnew URL\(\s*'([^']+)'/dg]).filter((name) => /^\..*\.js$/.test(name));
}

/** What the first group of each match stands for. The forms are looked for in code alone, where strings are blank. */
function namesIn(text: string, forms: readonly RegExp[]): string[] {
  const code = codeOf(text, { strings: true });
  return forms.flatMap((form) => [...code.matchAll(form)].map((match) => text.slice(...match.indices![1]!)));
}

/** Lines with code on them. */
export function linesOfCode(text: string): number {
  return codeOf(text, { strings: false })
    .split('\n')
    .filter((line) => line.trim() !== '').length;
}
