import type { HTMLAttributes, ReactElement } from 'react';
import { type ExtraProps, useIsCodeFenceIncomplete } from 'streamdown';
import { CodeBlock } from './code-block.tsx';

/** A fenced block of code in Markdown. */
export function CodeFence({ node }: HTMLAttributes<HTMLPreElement> & ExtraProps): ReactElement {
  const isGrowing = useIsCodeFenceIncomplete();
  return <CodeBlock {...readFence(node)} isGrowing={isGrowing} />;
}

type Node = { type: string; value?: string; properties?: Record<string, unknown>; children?: Node[] };

function readFence(node: ExtraProps['node']): { code: string; language: string } {
  const inner = (node as Node | undefined)?.children?.[0];
  const names = inner?.properties?.className;
  const name = (Array.isArray(names) ? names : []).find((each) => String(each).startsWith('language-'));
  return { code: textOf(inner).replace(/\n$/, ''), language: name ? String(name).slice('language-'.length) : '' };
}

function textOf(node: Node | undefined): string {
  return node?.value ?? node?.children?.map(textOf).join('') ?? '';
}
