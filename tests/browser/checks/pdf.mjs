// The text of a PDF that Chromium printed, page by page, in the order of drawing.

import { inflateSync } from 'node:zlib';

/** The pages' texts; the characters that PDF gives no Unicode for are left out. */
export function pagesOf(pdf) {
  const objects = objectsOf(pdf);
  const characters = new Map();
  const charactersOf = (font) => {
    if (!characters.has(font)) characters.set(font, charactersIn(streamOf(objects.get(reference(objects.get(font), 'ToUnicode')))));
    return characters.get(font);
  };
  const pages = [...objects.values()].filter(({ head }) => /\/Type\s*\/Page\b/.test(head));
  return pages.map((page) => textIn(streamOf(objects.get(reference(page, 'Contents'))), charactersOf));
}

function objectsOf(pdf) {
  const text = pdf.toString('latin1');
  const found = [...text.matchAll(/(?:^|\n)(\d+) 0 obj\b([\s\S]*?)(?:\nendobj|stream\r?\n)/g)];
  return new Map(found.map((match) => [match[1], { head: match[2], bytes: pdf.subarray(match.index + match[0].length) }]));
}

const reference = ({ head }, name) => head.match(new RegExp(`/${name} (\\d+) 0 R`))?.[1];

function streamOf({ head, bytes }) {
  const whole = bytes.subarray(0, Number(head.match(/\/Length (\d+)/)[1]));
  return (head.includes('FlateDecode') ? inflateSync(whole) : whole).toString('latin1');
}

/** The characters of a font by the numbers of its glyphs. */
function charactersIn(map) {
  const of = new Map();
  const text = (hex) => String.fromCharCode(...hex.match(/..../g).map((unit) => parseInt(unit, 16)));
  for (const [, block] of map.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph, hex] of block.matchAll(/<(\w+)> <(\w+)>/g)) of.set(parseInt(glyph, 16), text(hex));
  }
  for (const [, block] of map.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, first, last, hex] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      for (let glyph = parseInt(first, 16); glyph <= parseInt(last, 16); glyph += 1) {
        of.set(glyph, String.fromCharCode(parseInt(hex, 16) + glyph - parseInt(first, 16)));
      }
    }
  }
  return of;
}

/** The texts that a page draws, each on a line. */
function textIn(content, charactersOf) {
  let font;
  let text = '';
  for (const [, name, strings] of content.matchAll(/\/F(\d+) [\d.]+ Tf|(<\w*>|\[[^\]]*\])\s*T[jJ]/g)) {
    if (name) font = charactersOf(name);
    for (const [, hex] of (strings ?? '').matchAll(/<(\w*)>/g)) {
      text += (hex.match(/..../g) ?? []).map((glyph) => font.get(parseInt(glyph, 16)) ?? '').join('');
    }
    if (strings) text += '\n';
  }
  return text;
}
