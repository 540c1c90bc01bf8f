import Table from 'cli-table3';
import type { EvaluateResult } from 'promptfoo';
