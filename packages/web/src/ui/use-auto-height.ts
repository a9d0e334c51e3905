import { useEffect } from 'react';

/** Keeps a field as high as its text, within what the style sheet allows. */
export function useAutoHeight(input: { current: HTMLTextAreaElement | null }, text: string): void {
  useEffect(() => {
    const area = input.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
}
