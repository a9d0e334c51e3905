import * as library from 'openai-6';
import { openaiSuite } from './openai-suite.ts';

// The classes of the two versions have private parts of their own, so their types differ in name only.
openaiSuite('openai 6 for Node', library as unknown as typeof import('openai'));
