// `npm start`: a chat where there is a terminal to chat at, one answer elsewhere.
const given = process.argv.splice(2);
const isChat = process.stdin.isTTY && process.stdout.isTTY;
process.argv.push(...(isChat ? ['chat', ...given] : ['run', '--no-stdin', ...given, 'Hello']));
await import('../packages/cli/src/main.ts');
