/** A model of a hub: `owner/repo`, with `:file` where the repository holds several GGUF models. */
export type ModelName = { repo: string; file: string | undefined };

const NAME = /^([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)(?::(.+))?$/;

/** Parses `owner/repo[:file]`; null where the text is no such name. */
export function parseModelName(text: string): ModelName | null {
  const match = NAME.exec(text);
  if (!match || /--|\.\./.test(match[1]!)) return null;
  return { repo: match[1]!, file: match[2] };
}
