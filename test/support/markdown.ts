// Markdown as text: the code blocks, links and headings of a page.

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

const FENCE = /^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm;

export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(FENCE)].map(([, language = '', text = '']) => ({ language, text }));
}

/** Where the page's links and pictures point, but for code. */
export function links(page: string): string[] {
  const prose = page.replace(FENCE, '').replace(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(\s*<?([^)>\s]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  const html = [...prose.matchAll(/\b(?:src|href)="([^"]+)"/g)];
  return [...inline, ...references, ...html].map((match) => match[1]!);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors(page: string): string[] {
  return [...page.replace(FENCE, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** The lines to type of the page's shell blocks: without prompts and comments' own lines, continued lines joined. */
export function shellLines(page: string): string[] {
  return codeBlocks(page)
    .filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language))
    .flatMap(({ text }) => text.replace(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/^\$ /, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
