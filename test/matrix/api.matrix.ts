import { faultMatrices } from './matrices.js';

await faultMatrices('api');
