import { type Code, arrow, call, list, object, string, text } from '../../core/program/print.js';
import { pulumiName } from '../../core/program/surroundings.js';
import type { ProgramFile } from '../../core/program/file.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { NewStatement, Output, ResourceCode } from './resource-code.js';
import { statementCode } from './statements.js';

/** A whole policy document, with its outputs unpacked as the file does it. */
export function documentCode(file: ProgramFile, statements: readonly NewStatement[]): Code {
  const outputs = statements.flatMap(({ resource }) => (resource.kind === 'output' ? [resource] : []));
  const [first] = outputs;
  if (!first) return call('JSON.stringify', wholeDocument(statements, plainCode));
  const pulumi = pulumiName(file);
  if (pulumi !== undefined && file.text.includes('jsonStringify'))
    return call(
      `${pulumi}.jsonStringify`,
      wholeDocument(statements, (resource) => outputAware(resource, pulumi)),
    );
  const distinct = [...new Map(outputs.map((output) => [output.expression, output])).values()];
  const body = call('JSON.stringify', wholeDocument(statements, unpacked));
  if (distinct.length === 1 && first.isOutput) return call(`${first.expression}.apply`, arrow(first.name, body));
  if (pulumi === undefined) throw new CannotEdit('the file imports no name for @pulumi/pulumi');
  if (distinct.length === 1) return call(`${pulumi}.output(${first.expression}).apply`, arrow(first.name, body));
  const joined = `${pulumi}.all([${distinct.map(({ expression }) => expression).join(', ')}])`;
  return call(`${joined}.apply`, arrow(`([${distinct.map(({ name }) => name).join(', ')}])`, body));
}

function wholeDocument(statements: readonly NewStatement[], codeOf: (resource: ResourceCode) => Code): Code {
  return object({
    Version: string('2012-10-17'),
    Statement: list(
      statements.map(({ actions, resource }) => statementCode(actions, codeOf(resource))),
      true,
    ),
  });
}

function plainCode(resource: ResourceCode): Code {
  return resource.kind === 'plain' ? resource.code : text(resource.expression);
}

/** An output under the name that a callback gives it. */
function unpacked(resource: ResourceCode): Code {
  return resource.kind === 'plain' ? resource.code : text(withTail(resource.name, resource, '`'));
}

/** An output as it is, for what takes outputs. */
export function outputAware(resource: ResourceCode, pulumi: string): Code {
  return resource.kind === 'plain'
    ? resource.code
    : text(withTail(resource.expression, resource, `${pulumi}.interpolate\``));
}

/** A name with what follows it, in a template that is opened so. */
export function withTail(name: string, { tail }: Output, open: string): string {
  return tail === '' ? name : `${open}\${${name}}${tail}\``;
}
