/**
 * A stretch of a rendered prompt. `fromMessage` marks text that the caller wrote (messages, tools): no control token
 * may begin, end or run through it.
 */
export type PromptSegment = { readonly text: string; readonly fromMessage: boolean };
