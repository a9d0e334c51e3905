/** A part of a file under one heading, or under the file's own title, or under none ('') before the first heading. */
export type Section = { heading: string; isTitle: boolean; text: string };
