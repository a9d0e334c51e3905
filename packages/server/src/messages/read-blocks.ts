import type { AnthropicInputBlock, UserContentPart } from '@lantern/api';
import { badField } from '../http/api-error.ts';
import type { FieldNames } from '../responses/field-names.ts';

type ContentBlock = Extract<AnthropicInputBlock, { type: 'text' | 'image' | 'document' }>;

/**
 * A text, a picture or a document as a part of a chat message. Pictures are left to the chat, which may take them.
 * `names` is told what `part`, the chat's name of the part, and its fields are called here.
 */
export function readBlock(block: ContentBlock, where: string, part: string, names: FieldNames): UserContentPart {
  names.add(part, where);
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image': {
      const { source } = block;
      const [field, url] =
        source.type === 'url'
          ? ['url', source.url]
          : source.type === 'file'
            ? ['file_id', source.file_id]
            : ['data', `data:${source.media_type};base64,${source.data}`];
      names.add(`${part}.image_url.url`, `${where}.source.${field}`);
      return { type: 'image_url', image_url: { url } };
    }
    case 'document': {
      const { source, title, context } = block;
      if (source.type === 'text' && typeof source.data === 'string')
        return { type: 'text', text: [title, context, source.data].filter((text) => text).join('\n\n') };
      throw badField(
        `${where}.source`,
        `${where}.source is of type ${JSON.stringify(source.type)}; only documents of plain text can be read`,
        'unsupported_content',
      );
    }
  }
}

/** Parts as the content of a chat message: one text as such. */
export function asContent(parts: UserContentPart[]): string | UserContentPart[] {
  const [first] = parts;
  if (first === undefined) return '';
  return parts.length === 1 && first.type === 'text' ? first.text : parts;
}
