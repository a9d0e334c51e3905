import { describe, test } from 'node:test';
import type { ClientError } from './client-error.ts';
import { assertFails } from './stub-client.ts';
import { json, type StubAnswer } from './stub-server.ts';

describe('refusals in every form', () => {
  const cases: [name: string, answer: StubAnswer, message: RegExp, fields: Partial<ClientError>][] = [
    [
      'vLLM, code is the status',
      json(400, { error: { message: 'too long', code: 400 } }),
      /^too long \(400 from/,
      { code: '400' },
    ],
    ['vLLM, a bare text', json(401, { error: 'Unauthorized' }), /^Unauthorized \(401 from/, { status: 401 }],
    [
      'SGLang, flat',
      json(400, { object: 'error', message: 'no', type: 'Bad', code: 400 }),
      /^no \(400/,
      { type: 'Bad', code: '400' },
    ],
    [
      'Model Studio',
      json(403, { code: 'AccessDenied', message: 'no', request_id: 'r' }),
      /^no \(403/,
      { code: 'AccessDenied' },
    ],
    ['FastAPI', json(422, { detail: [{ msg: 'bad' }] }), /^\[\{"msg":"bad"\}\] \(422/, { status: 422 }],
    ['a plain text', (r) => r.writeHead(404, { 'content-type': 'text/plain' }).end('no\nroute'), /^no route \(404/, {}],
    ['a page', (r) => r.writeHead(404, { 'content-type': 'text/html' }).end('<p>'), /^404 Not Found from http/, {}],
    ['a key that is repeated', json(401, { error: { message: 'bad key: sk-1!' } }), /^bad key: \[key\]! \(401/, {}],
  ];
  for (const [name, answer, message, fields] of cases)
    test(name, () => assertFails(answer, message, { code: null, ...fields }, { apiKey: 'sk-1' }));

  test('a long key goes wherever it stands, one such as x hides no part of a word', async () => {
    const told = json(401, { error: { message: 'the text x_sk-12345678 of x' } });
    await assertFails(told, /^the text x_\[key\] of x \(/, {}, { apiKey: 'sk-12345678' });
    await assertFails(told, /^the text x_sk-12345678 of \[key\] \(/, {}, { apiKey: 'x' });
  });
});
