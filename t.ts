import { degrade } from './providers/degradations/index.ts';
const [w,h]=process.argv.slice(2).map(Number) as [number,number];
const img={data:new Uint8Array(w*h*3).fill(90),width:w,height:h};
const t=performance.now(); const o=degrade(img,'fog',4,{seed:3}); console.log(w,h,'ms',performance.now()-t, process.memoryUsage().rss/2**20, 'maxrss', process.resourceUsage().maxRSS/1024, o.data.subarray(0,5));
