// The entry of the GitHub Action; `npm run build:action` makes action/dist/index.js of it.
import { act } from './act.js';

const env = { ...process.env };
// What the action starts, git above all, has no need of it.
delete process.env['INPUT_TOKEN'];

process.exitCode = await act({ env, log: (text) => void process.stdout.write(text) });
