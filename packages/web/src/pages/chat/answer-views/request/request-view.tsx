import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { pictureData } from '../../../../chat/chat-actions.ts';
import { withPictures } from '../../../../chat/chat-request.ts';
import { withShortPictures } from '../../../../chat/snippets/short-pictures.ts';
import { snippets } from '../../../../chat/snippets/snippet.ts';
import { KEY_VARIABLE, type SnippetRequest } from '../../../../chat/snippets/snippet-request.ts';
import type { StoredExchange } from '../../../../store/records.ts';
import { CodeBlock } from '../../../../ui/code-block.tsx';
import { Segments } from '../../../../ui/segments.tsx';
import type { AnswerViewProps } from '../answer-view.ts';
import styles from './request-view.module.css';

/** The request as it was sent, and as programs that send it again. */
export function RequestView({ exchange }: AnswerViewProps): ReactElement {
  if (!exchange) return <p className={styles.none}>No request was recorded for this answer.</p>;
  return <SentRequest exchange={exchange} />;
}

function SentRequest({ exchange }: { exchange: StoredExchange }): ReactElement {
  const [form, setForm] = useState(snippets[0]!.id);
  const { request, missing } = useWholeRequest(exchange);
  const { write, language, id } = snippets.find((snippet) => snippet.id === form)!;
  const { shown, copied, isShortened } = useMemo(() => {
    const whole = write(request);
    const short = write(withShortPictures(request));
    return { shown: short, copied: whole, isShortened: short !== whole };
  }, [request, write]);
  return (
    <div className={styles.view}>
      <p className={styles.address}>
        <strong>POST</strong> <span>{exchange.url}</span>
      </p>
      <Segments label="Form" options={snippets} value={form} onChange={setForm} />
      <CodeBlock code={shown} language={language} copied={copied} />
      <ul className={styles.notes}>
        {id !== 'json' && (
          <li>
            The key is read from <code>{KEY_VARIABLE}</code>; a server without keys needs none.
          </li>
        )}
        {isShortened && <li>Pictures are shown cut short; copying gives them whole.</li>}
        {missing !== null && <li>{missing}</li>}
      </ul>
    </div>
  );
}

/** The request with the data of its pictures, once they are read. `missing`: why they are not. */
function useWholeRequest({ url, body }: StoredExchange): { request: SnippetRequest; missing: string | null } {
  const [whole, setWhole] = useState<StoredExchange['body']>(body);
  const [missing, setMissing] = useState<string | null>(null);
  useEffect(() => {
    let isLate = false;
    withPictures(body, pictureData).then(
      (filled) => isLate || setWhole({ ...body, ...filled }),
      () => isLate || setMissing('A picture of this request is no longer there; its name stands in its place.'),
    );
    return () => {
      isLate = true;
    };
  }, [body]);
  return { request: useMemo(() => ({ url, body: whole }), [url, whole]), missing };
}
