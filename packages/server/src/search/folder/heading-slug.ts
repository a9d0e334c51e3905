/** The anchor that Markdown viewers give a heading. `uses` counts the slugs of the file, as none is given twice. */
export function headingSlug(heading: string, uses: Map<string, number>): string {
  const base = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  if (base === '') return '';
  let slug = base;
  while (uses.has(slug)) {
    const count = (uses.get(base) ?? 0) + 1;
    uses.set(base, count);
    slug = `${base}-${count}`;
  }
  uses.set(slug, 0);
  return slug;
}
