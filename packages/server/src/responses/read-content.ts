import type { InputContent, UserContentPart } from '@lantern/api';
import { badField } from '../http/api-error.ts';
import type { FieldNames } from './field-names.ts';

/** Content as a chat message has it: a text, or pieces of which not all are text. */
export type ReadContent = string | UserContentPart[];

/**
 * Content of a user or of a tool; pictures are left to the chat, which may take them. `message` is the chat's name of the
 * message, and `names` is told what its fields are called here. Throws a 400 for what no chat can have.
 */
export function readContent(
  content: string | readonly InputContent[],
  where: string,
  message: string,
  names: FieldNames,
): ReadContent {
  if (typeof content === 'string') return content;
  const parts = content.map((part, index) => {
    const at = `${where}[${index}]`;
    for (const [chat, own] of fieldNames(part)) names.add(`${message}.content[${index}]${chat}`, at + own);
    return readPart(part, at);
  });
  if (parts.length > 1 || parts[0]?.type !== 'text') return parts.length === 0 ? '' : parts;
  return parts[0].text;
}

/** What fields of the part that the chat gets are called here. */
function fieldNames(part: InputContent): [chat: string, own: string][] {
  if (part.type === 'input_image') return [['.image_url.url', part.image_url ? '.image_url' : '.file_id']];
  if (part.type !== 'input_file') return [];
  return [
    ['.file', ''],
    ['.file.file_id', '.file_id'],
    ['.file.file_data', '.file_data'],
  ];
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
      const { image_url: url, file_id: id, detail } = part;
      if (!url === !id) throw badField(where, `${where} must have image_url or file_id, and not both`);
      return { type: 'image_url', image_url: { url: (url || id)!, ...(detail && { detail }) } };
    }
    case 'input_file': {
      const { file_id: id, file_data: data, file_url: url } = part;
      if (url)
        throw badField(
          `${where}.file_url`,
          `${where}.file_url cannot be read; send a picture as input_image, other files as file_id or file_data`,
          'unsupported_content',
        );
      return { type: 'file', file: { ...(id && { file_id: id }), ...(data && { file_data: data }) } };
    }
  }
}
