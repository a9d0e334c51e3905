import { badField } from '../http/api-error.ts';
import { type Question, worthThinking } from './auto-thinking.ts';

/** The fields of a request that say whether and how long to think. Null and absent mean the same. */
export type ThinkingFields = {
  enable_thinking?: boolean | null | undefined;
  enable_fast?: boolean | null | undefined;
  enable_auto?: boolean | null | undefined;
  thinking_budget?: number | null | undefined;
  reasoning_effort?: string | null | undefined;
  chat_template_kwargs?: { readonly [name: string]: unknown } | null | undefined;
};

export type ThinkingMode = {
  /** Undefined: what the chat template does by itself. */
  enableThinking: boolean | undefined;
  /** Most tokens of thinking; undefined: no limit. */
  budget: number | undefined;
  /** What decided where `enable_auto` left it to the server; null where it did not. */
  autoReason: string | null;
};

/** Tokens of thinking that an effort stands for; the others set no limit. */
const EFFORT_BUDGETS: { readonly [effort: string]: number } = { minimal: 512, low: 2048, medium: 8192 };

/**
 * What a request says about thinking. Most explicit wins: `enable_thinking`, then the same under
 * `chat_template_kwargs`, then `enable_fast` (off) and `enable_auto` (the rule of `worthThinking`), then
 * `reasoning_effort` (`none` is off, others on), then what the server was started with.
 * Throws a 400 where fast, auto, an effort of none and an explicit true contradict each other.
 */
export function thinkingMode(fields: ThinkingFields, question: Question, ofServer: boolean | undefined): ThinkingMode {
  const ofTemplate = fields.chat_template_kwargs?.enable_thinking;
  if (ofTemplate !== undefined && ofTemplate !== null && typeof ofTemplate !== 'boolean')
    throw badField(
      'chat_template_kwargs.enable_thinking',
      `chat_template_kwargs.enable_thinking is ${JSON.stringify(ofTemplate)}; it must be true or false`,
    );
  const explicit = fields.enable_thinking ?? ofTemplate ?? undefined;
  const effort = fields.reasoning_effort ?? undefined;
  const isFast = fields.enable_fast === true;
  const isAuto = fields.enable_auto === true;
  refuseBoth('enable_fast', isFast, 'enable_auto', isAuto);
  refuseBoth('enable_fast', isFast, 'enable_thinking: true', explicit === true);
  refuseBoth('enable_auto', isAuto, 'enable_thinking: true', explicit === true);
  refuseBoth('reasoning_effort: none', effort === 'none', 'enable_thinking: true', explicit === true);

  const isOpen = isAuto && explicit === undefined;
  const reason = isOpen ? worthThinking(question) : null;
  const asked = explicit ?? (isFast ? false : isOpen ? reason !== null : undefined);
  return {
    enableThinking: asked ?? (effort === undefined ? ofServer : effort !== 'none'),
    budget: fields.thinking_budget ?? (effort === undefined ? undefined : EFFORT_BUDGETS[effort]),
    autoReason: isOpen ? (reason ?? 'nothing to think about') : null,
  };
}

function refuseBoth(one: string, hasOne: boolean, other: string, hasOther: boolean): void {
  if (hasOne && hasOther)
    throw badField(one.split(':')[0]!, `${one} and ${other} contradict each other; send one of them`);
}
