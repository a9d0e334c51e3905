import { type ReactElement, useEffect, useState } from 'react';
import styles from './code-block.module.css';
import { CopyButton } from './copy-button.tsx';

/** Beyond, colours cost more than they tell. */
const MOST_COLOURED = 60_000;
/** A block that still grows is coloured anew so often. */
const RECOLOUR_MS = 250;

type Highlight = (code: string, language: string) => string | null;
let highlight: Highlight | null = null;

type CodeBlockProps = {
  code: string;
  /** Empty where it is not known. */
  language: string;
  isGrowing?: boolean;
  /** What is copied, where it is not what is shown. */
  copied?: string;
};

/** A block of code: its language, copying, and colours once the highlighter has come. */
export function CodeBlock({ code, language, isGrowing = false, copied = code }: CodeBlockProps): ReactElement {
  const html = useHighlighted(code, language, isGrowing);
  return (
    <figure className={styles.fence}>
      <figcaption className={styles.caption}>
        <span>{language || 'text'}</span>
        <CopyButton text={copied} label="Copy the code" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre className={styles.pre} tabIndex={0}>
        {html === null ? <code>{code}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
      </pre>
    </figure>
  );
}

type Coloured = { code: string; html: string };

/** Code in colours as HTML; null as long as there are none. What has grown since follows without. */
function useHighlighted(code: string, language: string, isGrowing: boolean): string | null {
  const [coloured, setColoured] = useState<Coloured | null>(null);
  const isWanted = language !== '' && code.length <= MOST_COLOURED;
  useEffect(() => {
    if (!isWanted) return;
    let isLate = false;
    const work = async () => {
      highlight ??= (await import('./highlight.ts')).highlight;
      const html = isLate ? null : highlight(code, language);
      if (html !== null && !isLate) setColoured({ code, html });
    };
    const timer = setTimeout(work, isGrowing ? RECOLOUR_MS : 0);
    return () => {
      isLate = true;
      clearTimeout(timer);
    };
  }, [code, language, isGrowing, isWanted]);
  if (!isWanted || !coloured || !code.startsWith(coloured.code)) return null;
  return coloured.html + escapeHtml(code.slice(coloured.code.length));
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
