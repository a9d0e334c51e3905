import { LanternError } from '../errors.ts';
import type { AnswerStream } from '../generate/answer-stream.ts';
import { type AnswerForm, type AnswerHost, type Prompt, startAnswers, stopTexts } from '../generate/start-answers.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { AnswerParser } from './answer-parser.ts';
import type { AnswerEvent, CalledTool, ChatEvent, ChatOptions, ChatResult } from './chat-types.ts';
import type { ExactObject } from './exact-json.ts';
import { expandMedia } from './expand-media.ts';
import type { ChatMessage } from './messages.ts';
import type { ChatTemplate, RenderedPrompt } from './template/chat-template.ts';
import { startsInThinking } from './thinking-splitter.ts';

/** An answer of the assistant while it comes. */
export type ChatStream = AnswerStream<ChatEvent, ChatResult>;

/** A conversation: messages as data or with their JSON kept exactly, or the text of one user message. */
export type Conversation = string | readonly (ChatMessage | ExactObject)[];

export type ChatHost = AnswerHost & { readonly template: ChatTemplate; readonly tokenizer: Tokenizer };

/** Starts `count` answers to one conversation. Throws a LanternError where it cannot be rendered or does not fit. */
export function startChats(
  host: ChatHost,
  conversation: Conversation,
  count: number,
  options: ChatOptions = {},
): ChatStream[] {
  const { continueFinalMessage = false, splitThinking = true, parseCalls = true } = options;
  const end = continueFinalMessage ? 'continue' : 'answer';
  const { prompt, opening } = chatPrompt(host, conversation, options, end);
  const tools = parseCalls ? (options.tools ?? []) : [];
  const thinking = splitThinking && prompt.startsInThinking;
  // Templates drop the thinking, and the block that stands for none, once the next question is asked, but not while
  // tools are called.
  const keepsOpening = !opening.includes('<think>');
  return startAnswers(host, prompt, options, count, () =>
    chatForm(
      new AnswerParser({
        startsInThinking: thinking,
        stop: stopTexts(options),
        tools,
        maxToolCalls: options.maxToolCalls,
      }),
      thinking,
      keepsOpening,
    ),
  );
}

/** What a conversation's prompt depends on besides its messages. */
export type PromptOptions = Pick<ChatOptions, 'tools' | 'enableThinking' | 'addVisionId' | 'media'>;

/** What a prompt ends with: the opening of an answer, the last message left open, or its end. */
export type PromptEnd = 'answer' | 'continue' | 'whole';

/**
 * The tokens of a conversation, and the text of the turn that they leave open: an answer to come, the last message to be
 * continued, or (`whole`) none.
 */
export function chatPrompt(
  { template, tokenizer }: Pick<ChatHost, 'template' | 'tokenizer'>,
  conversation: Conversation,
  { tools, enableThinking, addVisionId, media = [] }: PromptOptions,
  end: PromptEnd,
): { prompt: Prompt; opening: string } {
  const messages = typeof conversation === 'string' ? [{ role: 'user', content: conversation } as const] : conversation;
  const rendered = template.render(messages, {
    tools: tools ?? null,
    add_generation_prompt: end === 'answer',
    enable_thinking: enableThinking,
    add_vision_id: addVisionId,
  });
  const { text, segments } = end === 'continue' ? withoutEnd(rendered, messages.at(-1)) : rendered;
  const { ids, spans } = expandMedia(tokenizer.encodeSegments(segments), media, tokenizer);
  const start = tokenizer.tokenId('<|im_start|>');
  const starts = ids.flatMap((id, place) => (id === start ? [place] : []));
  const opening = text.slice(text.lastIndexOf('<|im_start|>'));
  return { prompt: { ids, spans, starts, startsInThinking: startsInThinking(text) }, opening };
}

/** A rendered conversation without the end of its last turn. Throws where that is not the assistant's. */
function withoutEnd({ text, segments }: RenderedPrompt, last: ChatMessage | ExactObject | undefined): RenderedPrompt {
  const role: unknown = last instanceof Map ? last.get('role') : (last as ChatMessage | undefined)?.role;
  if (role !== 'assistant')
    throw new LanternError(
      'bad-input',
      `the last message is of role ${role}; only one of the assistant can be continued`,
      'end the conversation with an assistant message that begins the answer',
    );
  const END = '<|im_end|>';
  const at = text.lastIndexOf(END);
  // The end is the template's own, so it lies in the last piece that is not a message's.
  const { text: tail, fromMessage } = segments.at(-1)!;
  const cut = tail.lastIndexOf(END);
  if (at < 0 || fromMessage || cut < 0 || text.length - at !== tail.length - cut)
    throw new LanternError('unsupported', 'the chat template does not end a turn as Qwen does; it cannot be continued');
  return { text: text.slice(0, at), segments: [...segments.slice(0, -1), { text: tail.slice(0, cut), fromMessage }] };
}

/** Puts an answer together from its events. */
function chatForm(reader: AnswerParser, thinking: boolean, keepsOpening: boolean): AnswerForm<AnswerEvent, ChatResult> {
  let content = '';
  let reasoning = '';
  const toolCalls: CalledTool[] = [];
  return {
    reader,
    onEvent(event) {
      if (event.type === 'content') content += event.text;
      if (event.type === 'reasoning') reasoning += event.text;
      if (event.type === 'tool-call-end') toolCalls.push(event.call);
    },
    keep: () => keepsOpening || toolCalls.length > 0,
    result({ finishReason, stopReason, usage, timings }) {
      const calls = toolCalls.map(({ id, name, arguments: text }) => ({
        id,
        type: 'function' as const,
        function: { name, arguments: text },
      }));
      return {
        message: {
          role: 'assistant',
          content,
          ...(thinking && { reasoning_content: reasoning }),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        content,
        reasoning: thinking ? reasoning : null,
        toolCalls,
        finishReason: finishReason === 'stop' && toolCalls.length > 0 ? 'tool_calls' : finishReason,
        stopReason,
        usage,
        timings,
      };
    },
  };
}
