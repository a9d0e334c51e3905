import 'katex/dist/katex.min.css';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';
import type { PluginConfig } from 'streamdown';

/** Formulas by KaTeX. Inline ones stand between two dollar signs; `withDollarSigns` puts them there. */
export const mathPlugin: NonNullable<PluginConfig['math']> = {
  name: 'katex',
  type: 'math',
  remarkPlugin: [remarkMath, { singleDollarTextMath: false }],
  rehypePlugin: [rehypeKatex, { errorColor: 'var(--danger)', throwOnError: false }],
};
