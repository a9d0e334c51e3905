import { testServer } from '../src/test-server.ts';

// The server in a process of its own, so that its memory is not the clients'. Tells its address once, and its memory
// whenever it is asked.

const server = await testServer({ engine: { threads: Number(process.argv[2]) } });
process.on('message', () => process.send!({ residentBytes: process.memoryUsage.rss() }));
process.once('disconnect', () => process.exit());
process.send!({ url: server.url });
