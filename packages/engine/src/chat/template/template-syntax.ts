import { parse, tokenize } from '@huggingface/jinja';
import { LanternError } from '../../errors.ts';
import type { JinjaNode } from './python-interpreter.ts';

/** A parsed template. */
export type TemplateSyntax = {
  readonly program: JinjaNode;
  /** The expressions whose value goes to the output. */
  readonly printed: ReadonlySet<JinjaNode>;
};

const statements: ReadonlySet<string> = new Set([
  'If',
  'For',
  'Set',
  'Macro',
  'Break',
  'Continue',
  'Comment',
  'CallStatement',
  'FilterStatement',
  'StringLiteral',
]);
const blocks: ReadonlySet<string> = new Set(['body', 'alternate', 'defaultBlock']);

/** Parses a chat template the way transformers configures Jinja. Throws `bad-checkpoint` for bad syntax. */
export function parseTemplate(source: string): TemplateSyntax {
  let program: JinjaNode;
  try {
    program = parse(tokenize(source, { trim_blocks: true, lstrip_blocks: true }));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    throw new LanternError('bad-checkpoint', `the chat template cannot be parsed: ${reason}`);
  }
  const printed = new Set<JinjaNode>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node) || node instanceof Map) {
      for (const item of node) visit(item);
    } else if (typeof node === 'object' && node !== null) {
      for (const [name, child] of Object.entries(node)) {
        if (blocks.has(name) && Array.isArray(child)) {
          for (const item of child as JinjaNode[]) if (!statements.has(item.type)) printed.add(item);
        }
        visit(child);
      }
    }
  };
  visit(program);
  return { program, printed };
}
