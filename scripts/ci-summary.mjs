// Prints `N passed, N failed` from vitest's JSON reports, added up; fails where a test failed or a report has none that passed.
import { readFileSync } from 'node:fs';

/** A file that could not be loaded has no failed test of its own: it counts as one. */
function count(report) {
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function read(path) {
  try {
    return count(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    console.error(`no test report: ${error.message}`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

const reports = process.argv.slice(2).map(read);
const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map((key) =>
  reports.reduce((sum, report) => sum + report[key], 0),
);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
if (failed > 0 || reports.some((report) => report.passed === 0)) process.exitCode = 1;
