import { ClientError } from '@lantern/client';
import { type FormEvent, type ReactElement, useId, useState } from 'react';
import { serverState } from '../api/server-state.ts';
import { useServer } from '../api/use-server.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';

/** Asks for a key where the server wants one. */
export function SignIn(): ReactElement {
  const { isLocked } = useServer();
  return (
    <Dialog isOpen={isLocked} title="This server needs a key">
      <KeyForm />
    </Dialog>
  );
}

function KeyForm(): ReactElement {
  const id = useId();
  const [key, setKey] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const [isTrying, setTrying] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() === '') return setFailure('Type the key first.');
    setTrying(true);
    setFailure(null);
    try {
      await serverState.unlock(key.trim());
    } catch (error) {
      setFailure(
        error instanceof ClientError && error.status === 401 ? 'The server does not accept this key.' : String(error),
      );
    }
    setTrying(false);
  };
  return (
    <form onSubmit={submit}>
      <TextField
        id={id}
        label="API key"
        type="password"
        autoComplete="off"
        value={key}
        onChange={setKey}
        failure={failure}
        hint="It is kept until this tab is closed, and sent to this server only. Whoever started the server has it."
      />
      <DialogActions>
        <Button type="submit" kind="primary" disabled={isTrying}>
          {isTrying ? 'Trying …' : 'Continue'}
        </Button>
      </DialogActions>
    </form>
  );
}
