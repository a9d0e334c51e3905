import type { InputContent, UserContentPart } from '@lantern/api';
import { badField } from '../http/api-error.ts';

/** Content as a chat message has it: a text, or pieces of which not all are text. */
export type ReadContent = string | UserContentPart[];

/** Content of a user or of a tool. Throws a 400 for a file; pictures are left to the chat, which may take them. */
export function readContent(content: string | readonly InputContent[], where: string): ReadContent {
  if (typeof content === 'string') return content;
  const parts = content.map((part, index) => readPart(part, `${where}[${index}]`));
  if (parts.length > 1 || parts[0]?.type !== 'text') return parts.length === 0 ? '' : parts;
  return parts[0].text;
}

/** Content of whom only text can come from. Throws a 400 for anything else. */
export function readText(content: string | readonly InputContent[], where: string): string {
  if (typeof content === 'string') return content;
  return content
    .map((part, index) => {
      const read = readPart(part, `${where}[${index}]`);
      if (read.type === 'text') return read.text;
      throw badField(
        `${where}[${index}]`,
        `${where}[${index}] is of type ${part.type}; only users and tools send other things than text`,
        'unsupported_content',
      );
    })
    .join('');
}

function readPart(part: InputContent, where: string): UserContentPart {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'text', text: part.refusal };
    case 'input_image': {
      const { image_url: url, detail } = part;
      if (url) return { type: 'image_url', image_url: { url, ...(detail && { detail }) } };
      throw badField(
        where,
        `${where} has no image_url; there are no uploaded files, send a data: address`,
        'unsupported_content',
      );
    }
    case 'input_file':
      throw badField(where, `${where} is of type input_file; send the text of the file`, 'unsupported_content');
  }
}
