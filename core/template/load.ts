import type { SourceFile } from '../text/source-file.js';
import { MapNode, stringOf } from './node.js';
import { once } from './once.js';
import { ParseProblem } from './parse-error.js';
import { type Syntax, Template } from './template.js';

/** Beyond this a file is no template: CloudFormation takes at most 1 MB, from S3. UTF-16 code units. */
export const maximumTemplateLength = 5 * 1024 * 1024;

/** JSON when the file is named so or its first sign is a brace; a brace in a file of another name may still be flow YAML. */
function looksLikeJson(source: SourceFile): boolean {
  return source.path.toLowerCase().endsWith('.json') || /^\uFEFF?\s*\{/.test(source.text.slice(0, 4096));
}

/**
 * Reads a text as a template.
 * @returns undefined when it is well-formed but no CloudFormation template.
 * @throws {ParseProblem} when it cannot be read.
 */
export async function loadTemplate(source: SourceFile): Promise<Template | undefined> {
  if (source.text.length > maximumTemplateLength)
    throw new ParseProblem('too-large', 'the file is larger than any template may be (1 MB)');
  const { root, syntax } = await parse(source);
  return root instanceof MapNode && isTemplate(root) ? new Template(source, syntax, root) : undefined;
}

const parsers = {
  json: once(async () => (await import('./parse-json.js')).parseJson),
  yaml: once(async () => (await import('./parse-yaml.js')).parseYaml),
};

async function parse(source: SourceFile): Promise<{ root: unknown; syntax: Syntax }> {
  if (looksLikeJson(source)) {
    const parseJson = await parsers.json();
    try {
      return { root: parseJson(source.text), syntax: 'json' };
    } catch (error) {
      if (source.path.toLowerCase().endsWith('.json')) throw error;
    }
  }
  const parseYaml = await parsers.yaml();
  return { root: parseYaml(source.text), syntax: 'yaml' };
}

/** A template has `Resources` whose entries carry an AWS-style `Type`; the version line alone is not enough. */
function isTemplate(root: MapNode): boolean {
  const resources = root.get('Resources');
  if (resources?.kind !== 'map') return false;
  return (
    root.has('AWSTemplateFormatVersion') ||
    root.has('Transform') ||
    resources.entries.some(({ value }) => value.kind === 'map' && /^\w+::/.test(stringOf(value.get('Type')) ?? ''))
  );
}
