/** What `enable_auto` looks at: the text of the last user message, and whether tools are offered. */
export type Question = { text: string; hasTools: boolean };

/** Longer messages carry more than one thing to consider. */
const MANY_WORDS = 150;

const signs: readonly (readonly [reason: string, sign: RegExp])[] = [
  [
    'code',
    /```|\b(function|class|def|const|let|var|import|SELECT|regex|algorithm|compile|refactor|debug|stack ?trace|bug|unit tests?)\b|[{};]\s*$|=>/m,
  ],
  [
    'mathematics',
    /\d\s*[-+*/^×÷=]\s*\(?\d|[∑∫√≤≥π]|\\(frac|sum|int|sqrt)\b|\b(prove|proof|derive|solve|equation|integral|derivative|probability|calculate|compute|percent(age)?|how (many|much))\b/i,
  ],
  [
    'reasoning',
    /\b(step by step|explain why|why (does|do|is|are|did)|compare|trade-?offs?|pros and cons|plan|strategy|puzzle|riddle|analy[sz]e|design)\b/i,
  ],
];

/**
 * The rule of `enable_auto`: what makes a prompt worth thinking about, or null. Tools to choose from do; so do 150 words
 * or more, several questions, code, mathematics, and a wish for reasons, a comparison or a plan. Everything else
 * (greetings, look-ups, translations, short requests) is answered at once.
 */
export function worthThinking({ text, hasTools }: Question): string | null {
  if (hasTools) return 'tools';
  if ((text.match(/\S+/g)?.length ?? 0) >= MANY_WORDS) return 'length';
  if ((text.match(/[?？](?=\s|$|["'”])/g)?.length ?? 0) > 1) return 'several questions';
  return signs.find(([, sign]) => sign.test(text))?.[0] ?? null;
}
