/** How a passage's place is given: the file's path within the folder, and the anchor of its heading. */
export function fileUrl(path: string, slug: string): string {
  return escaped(path) + (slug === '' ? '' : `#${escaped(slug)}`);
}

/** Letters of all scripts stay readable; only what would end the address or mean something else in it is escaped. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{C}%#?"'<>()[\]\\^`{|}]/gu, (character) =>
      /['()]/.test(character)
        ? `%${character.charCodeAt(0).toString(16).toUpperCase()}`
        : encodeURIComponent(character),
    );
}
