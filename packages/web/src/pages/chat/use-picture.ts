import { useEffect, useState } from 'react';
import { conversations } from '../../chat/chat-actions.ts';

/** A stored picture as something that an `<img>` shows; null until it is read, or where there is none. */
export function usePicture(fileId: string | null): { url: string; name: string } | null {
  const [picture, setPicture] = useState<{ url: string; name: string } | null>(null);
  useEffect(() => {
    if (fileId === null) return;
    let url: string | undefined;
    let isLate = false;
    void conversations.file(fileId).then((file) => {
      if (isLate || !file) return;
      url = URL.createObjectURL(file.data);
      setPicture({ url, name: file.name });
    });
    return () => {
      isLate = true;
      setPicture(null);
      if (url) URL.revokeObjectURL(url);
    };
  }, [fileId]);
  return picture;
}
