import { type ReactElement, useEffect, useState } from 'react';
import { type Components, defaultRehypePlugins, type PluginConfig, Streamdown } from 'streamdown';
import { CodeFence } from './code-fence.tsx';
import styles from './markdown.module.css';
import type { MarkdownProps } from './markdown.tsx';
import { hasMathematics, withDollarSigns } from './mathematics.ts';

/** As the browser has them; the library's own come with class names of a framework that is not here. */
const asTheyAre = Object.fromEntries(
  'h1 h2 h3 h4 h5 h6 p ul ol li blockquote hr strong sub sup thead tbody tr th td section code inlineCode'
    .split(' ')
    .map((tag) => [tag, tag === 'inlineCode' ? 'code' : tag]),
) as Components;

const components: Components = {
  ...asTheyAre,
  pre: CodeFence,
  a: ({ node: _, className: __, children, href }) => (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
  // Pictures of other hosts are never fetched: whoever wrote the address would learn who reads it.
  img: ({ alt, src }) =>
    typeof src === 'string' && src.startsWith('data:image/') ? (
      <img alt={alt ?? ''} src={src} />
    ) : (
      <a href={typeof src === 'string' ? src : undefined} target="_blank" rel="noreferrer noopener">
        {alt || 'picture'}
      </a>
    ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={styles.table} tabIndex={0} aria-label="Table">
      <table>{children}</table>
    </section>
  ),
};

/** Texts show HTML as it is written: an answer about HTML is the usual case. */
const rehypePlugins = [defaultRehypePlugins.sanitize!, defaultRehypePlugins.harden!];

/** Markdown by blocks: only the block that grows is read again. */
export function MarkdownView({ text, isStreaming }: MarkdownProps): ReactElement {
  const isMath = hasMathematics(text);
  const plugins = useMathematics(isMath);
  return (
    <Streamdown
      className={styles.markdown!}
      // Whole texts, too, by blocks: what was drawn while they grew stays.
      mode="streaming"
      parseIncompleteMarkdown={isStreaming}
      isAnimating={isStreaming}
      components={components}
      rehypePlugins={rehypePlugins}
      controls={false}
      linkSafety={noLinkSafety}
      {...(plugins && { plugins })}
    >
      {isMath ? withDollarSigns(text) : text}
    </Streamdown>
  );
}

const noLinkSafety = { enabled: false };

let mathematics: PluginConfig | null = null;

/** The plugin for formulas, fetched when there is one. */
function useMathematics(isWanted: boolean): PluginConfig | null {
  const [plugins, setPlugins] = useState(mathematics);
  useEffect(() => {
    if (!isWanted || plugins) return;
    let isLate = false;
    void import('./math-plugin.ts').then(({ mathPlugin }) => {
      mathematics ??= { math: mathPlugin };
      if (!isLate) setPlugins(mathematics);
    });
    return () => {
      isLate = true;
    };
  }, [isWanted, plugins]);
  return isWanted ? plugins : null;
}
