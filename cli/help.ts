/** Printed below the list of commands. */
export const programHelp = `
Examples:
  stackmend                          check the templates below the current directory
  stackmend diff infra | git apply   apply every fix that a reviewer would look at
  stackmend fix                      write the fixes that are safe
  stackmend diagnose deploy.log      start from the error of a failed deployment
  stackmend explain lambda-dlq-permission

Exit codes: 0 nothing left to mend, 1 findings, 2 wrong usage, config or unreadable files.
"stackmend help <command>" tells its options. Nothing is sent anywhere, but by "pr" to the remote.
`;

const outputs = `
--output names the file of the --format before it; without one before it, of the text. The format that has no --output
goes to standard output, so several reports come from one run. Formats: json (schemas/report.schema.json), sarif (SARIF
2.1.0 with the fixes that passed every gate), github (annotations of a workflow), gitlab (code quality), markdown (summary).
`;

const examples: Readonly<Record<string, string>> = {
  check: `
Examples:
  stackmend check infra template.yaml
  stackmend check --account account.json --strict
  stackmend check --plan-concurrency --account account.json
  stackmend check --format json
  stackmend check --format sarif --output stackmend.sarif --format text
${outputs}
Exit codes: 0 no proven finding (--strict: none at all), 1 there are, 2 something could not be judged.
`,
  diff: `
Examples:
  stackmend diff > stackmend.patch
  git apply stackmend.patch
  stackmend diff --accept safe --rule lambda-dlq-permission
  stackmend diff --stdin --stdin-name template.yaml < template.yaml
  stackmend diff --format patch --output stackmend.patch --format markdown --output summary.md
${outputs}
Exit codes: 0 it worked, 1 with --exit-code and a patch that is not empty, 2 something could not be judged.
`,
  fix: `
Examples:
  stackmend fix                      only fixes that cannot change what runs
  stackmend fix --accept review      what "stackmend diff" shows
  stackmend fix --staged             in a pre-commit hook
  stackmend fix --stdin < template.yaml > mended.yaml
${outputs}
Tracked files with uncommitted changes are left alone unless you say --force, so that "git checkout -- FILE" undoes a fix.
Exit codes: 0 no proven finding is left, 1 some are, 2 something could not be judged.
`,
  pr: `
Examples:
  stackmend pr --dry-run             what would be done, with every call
  GITHUB_TOKEN=... stackmend pr      one pull request for each stack
  stackmend pr --dry-run --format json > plan.json
  stackmend pr --plan plan.json      in a job that runs no code of the repository
  stackmend pr --fork                from a fork, where the token may not push

The branch of the remote is judged, never your working tree. Tokens come from STACKMEND_TOKEN, GITHUB_TOKEN, GH_TOKEN,
GITLAB_TOKEN, CI_JOB_TOKEN or GITEA_TOKEN; they are sent to the remote only.
Exit codes: 0 every group is in order or waits for a limit, 1 some failed, 2 wrong usage or config, or something could not be judged.
`,
  review: `
Examples:
  GITHUB_TOKEN=... stackmend review --pr 12
  stackmend review --pr 12 --dry-run

Reads the commit of the pull request from GitHub with git; nothing of it is checked out or executed, and the config is that of
this clone. Fixes that touch the author's lines become suggestions, the rest is one comment that later runs change in place.
The token comes from STACKMEND_TOKEN or GITHUB_TOKEN and needs "pull-requests: write"; --dry-run needs one that reads.
Exit codes: 0 it is said, 1 GitHub or git refused, 2 something could not be judged, or wrong usage.
`,
  rules: `
Examples:
  stackmend rules
  stackmend rules --format json
`,
  explain: `
Examples:
  stackmend explain lambda-reserved-concurrency
  stackmend explain "The provided execution role does not have permissions to call SendMessage on SQS"
  stackmend explain - < deployment.log

Exit codes: 0 it is explained, 1 no rule knows the error, 2 wrong usage.
`,
  diagnose: `
Examples:
  sam deploy 2>&1 | tee deploy.log; stackmend diagnose deploy.log
  aws cloudformation describe-stack-events --stack-name orders | stackmend diagnose - template.yaml
  stackmend diagnose deploy.log infra --diff
  pulumi up 2>&1 | stackmend diagnose - index.ts

It reads events of CloudFormation as JSON, the output of sam, cdk, pulumi, cfn-lint and tsc, logs of pipelines, and pasted text.
Exit codes: 0 nothing failed, 1 there are causes, 2 something could not be read.
`,
  account: `
Examples:
  stackmend account                                  the read-only commands that collect the figures
  stackmend account --profile dev --profile prod --region eu-west-1 > collect.sh
  stackmend account account-*.json                   merge what they wrote into stackmend.account.json
  stackmend account settings.json --name prod --region eu-west-1 --output -
  stackmend check --account stackmend.account.json

stackmend never talks to AWS: run the commands yourself, each only reads. What they write is known by its content: the JSON of
"aws lambda get-account-settings", of "aws service-quotas list-service-quotas" and "get-service-quota", reservations by
function, and files of stackmend itself, which newer outputs bring up to date. Account ids and ARNs are left out.
Exit codes: 0 it worked, 2 files that cannot be read, contradict each other, or would be lost.
`,
  init: `
Examples:
  stackmend init
  aws lambda get-account-settings | stackmend init --account -
  stackmend init --account stackmend.account.json
`,
};

/** Printed below the options of a command. */
export function commandHelp(name: string): string {
  return examples[name] ?? '';
}
