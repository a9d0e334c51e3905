import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import { ChatTemplate } from './chat-template.ts';
import { type ExactJson, type ExactObject, parseExactJson } from './exact-json.ts';
import type { RenderOptions } from './messages.ts';

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/chat/${name}`, import.meta.url), 'utf8');
const tokenizer = Tokenizer.from({ kind: 'json', tokenizerJson: fixture('tokenizer.json'), tokenizerConfigJson: null });
const controlTokens = tokenizer.addedTokens.filter((token) => token.special).map((token) => token.content);
const template = new ChatTemplate(fixture('chat_template.jinja'), { controlTokens });
const conversations = (parseExactJson(fixture('golden.json'), 'golden.json') as ExactObject).get('conversations');

for (const conversation of conversations as readonly ExactObject[]) {
  test(`golden: ${conversation.get('name')}`, () => {
    const options = Object.fromEntries(conversation.get('options') as ExactObject) as RenderOptions;
    const render = () => template.render(conversation.get('messages') as readonly ExactObject[], options);
    const expected: ExactJson | undefined = conversation.get('text');
    if (typeof expected === 'string') {
      const { text, segments } = render();
      assert.equal(text, expected);
      assert.equal(segments.map((segment) => segment.text).join(''), expected);
    } else {
      assert.throws(render, (error) => {
        assert.ok(error instanceof LanternError);
        assert.deepEqual([error.code, error.message], ['template-refused', conversation.get('error')]);
        return true;
      });
    }
  });
}
