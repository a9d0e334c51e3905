import type { ExactObject } from './exact-json.ts';

/** One piece of a message's content. Pictures and videos stand by their place; the template turns them into markers. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly image?: unknown }
  | { readonly type: 'image_url'; readonly image_url: string | { readonly url: string } }
  | { readonly type: 'video'; readonly video?: unknown };

export type MessageContent = string | readonly ContentPart[] | null;

/** A call in OpenAI's form; `arguments` as the JSON text that the model wrote, or as an object. */
export type ToolCall = {
  readonly id?: string;
  readonly type?: 'function';
  readonly function: {
    readonly name: string;
    readonly arguments?: string | { readonly [name: string]: unknown } | ExactObject;
  };
};

export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: MessageContent }
  | {
      readonly role: 'assistant';
      readonly content?: MessageContent;
      readonly reasoning_content?: string | null;
      readonly tool_calls?: readonly ToolCall[] | null;
    }
  | { readonly role: 'tool'; readonly content: MessageContent; readonly tool_call_id?: string; readonly name?: string };

/** A function that the model may call: OpenAI's tool object, or a bare function description. */
export type ToolDefinition = { readonly [key: string]: unknown };

/** What a template is told besides the messages. An option that is left out stays undefined for the template. */
export type RenderOptions = {
  readonly tools?: readonly (ToolDefinition | ExactObject)[] | null | undefined;
  /** End with the opening of an assistant turn. Default false. */
  readonly add_generation_prompt?: boolean | undefined;
  /** Whether the model is to think; left out, the template decides. */
  readonly enable_thinking?: boolean | undefined;
  /** Number pictures and videos in the text. */
  readonly add_vision_id?: boolean | undefined;
};
