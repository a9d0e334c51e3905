import { type ReactElement, useEffect, useState } from 'react';
import { conversations } from '../../chat/chat-actions.ts';
import styles from './pictures.module.css';

/** A picture that was sent with a message. */
export function SentPicture({ fileId }: { fileId: string }): ReactElement {
  const [picture, setPicture] = useState<{ url: string; name: string } | null>(null);
  useEffect(() => {
    let url: string | undefined;
    let isLate = false;
    void conversations.file(fileId).then((file) => {
      if (isLate || !file) return;
      url = URL.createObjectURL(file.data);
      setPicture({ url, name: file.name });
    });
    return () => {
      isLate = true;
      if (url) URL.revokeObjectURL(url);
    };
  }, [fileId]);
  if (!picture) return <div className={styles.missing} />;
  return <img className={styles.sent} src={picture.url} alt={picture.name} />;
}
