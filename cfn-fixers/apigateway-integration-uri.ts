import { defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import type { Template } from '../core/template/template.js';
import { rule } from '../rules/apigateway-integration-uri.js';
import { invocationValue } from '../rules/shared/invocation.js';
import { shownPieces } from '../rules/shared/pieces.js';
import { replaceText } from './shared/replace-text.js';
import {
  type IntegrationMessage,
  type IntegrationWriter,
  wrongIntegrations,
} from '../rules/shared/wrong-integrations.js';

export default defineCfnFixer<IntegrationMessage, Record<string, never>>({
  rule,
  needles: ['AWS::ApiGateway::Method', 'x-amazon-apigateway-integration'],
  *find({ template, editor }) {
    yield* wrongIntegrations(templateWriter(template, editor));
  },
});

function templateWriter(template: Template, editor: Editor): IntegrationWriter {
  return {
    template,
    permissionType: 'AWS::Lambda::Permission',
    nameOf: (_integration, key) => key,
    describe: (_uri, pieces) => shownPieces(pieces),
    describeFunction: ({ shown }) => shown,
    isMadeText: () => false,
    nameInvocation: (_integration, uri, invoked) => ({
      edits: replaceText(editor, uri, invocationValue(template, invoked)),
      touches: [uri.path],
    }),
    exampleUri: ({ keys }) =>
      editor.print({
        [keys.uri]: invocationValue(template, {
          pieces: [{ kind: 'reference', name: 'FUNCTION', attribute: 'Arn' }],
        }),
      }),
    exampleType: ({ keys }, type) => editor.print({ [keys.type]: type }),
    insert: ({ node }, key, value, at) => ({
      edits: editor.insert(node, key, value, at),
      touches: [[...node.path, key]],
    }),
    replace: (node, value) => ({ edits: editor.replace(node, value), touches: [node.path] }),
    remove: (node) => ({ edits: editor.remove(node), touches: [node.path] }),
  };
}
