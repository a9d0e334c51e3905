import * as library from 'openai';
import { openaiSuite } from './openai-suite.ts';

openaiSuite('openai 7 for Node', library);
