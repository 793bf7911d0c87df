import { readdirSync, readFileSync } from 'node:fs';
import { giveFiles, giveFolder, openDemo, serveDemo, settled, mapsShown } from '../test/support/demo_page.js';
import { launchChrome } from '../test/support/launch_chrome.js';
export async function main() {
  const [served, browser] = await Promise.all([serveDemo('/tmp/demo-built'), launchChrome()]);
  let i=0;
  for (const n of [...'vit vit vit vit vit vit'.split(' ')].map((x)=>'hf_'+x)) {
  const { page, takeErrors } = await openDemo(browser, `${served.url}#steps=8`);
  await settled(page).catch((e) => console.log('settled', String(e)));
  const f = `/tmp/zoo/hf/${n}`;
  await giveFolder(page, n, readdirSync(f).filter((n) => /^(model\.onnx(\.data)?|(preprocessor_)?config\.json)$/.test(n)).map((name) => ({ name, bytes: readFileSync(`${f}/${name}`) })));
  await page.waitForSelector('[data-test=model-facts]');
  const c = await mapsShown(page);
  await giveFiles(page, 'drop', [{ name: 'cat.jpg', type: 'image/jpeg', bytes: readFileSync('/work/shared/photos/cat.jpg') }]);
  await settled(page, c);
  console.log(n, takeErrors(), await page.$$eval('select', (a) => a.map((e) => e.value).join(' ')), (await page.$eval('[data-test=model-facts]', (m) => m.innerText).catch(()=>'')).match(/Preproc[^\n]*\n[^\n]*/)?.[0], await page.$$eval('[data-sum]', (a) => a.map((e) => e.dataset.sum)), await page.$$eval('input[type=radio]:checked', (a) => a.map((e) => e.name+'='+e.value).join(' ')), await page.evaluate(() => location.hash), (await page.$eval('main', (m) => m.innerText)).match(/\d\d\.\d+%/g)?.slice(0,3));
  await page.screenshot({path:`/tmp/drop_${i++}_${n}.png`});
  await page.browserContext().close();
  }
  await browser.close(); await served.close();
}
