import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, readSize } from '../../src/images/decode.ts';
import { rawInput } from '../../src/images/resize.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import { picture } from './pictures.ts';

const bytesOf = (start: string, length = 400) =>
  Buffer.concat([
    Buffer.from(start, 'latin1'),
    Buffer.alloc(Math.max(0, length - start.length), 1),
  ]);
const brand = (name: string) => bytesOf(`\0\0\0\x18ftyp${name}\0\0\0\0${name}`);
const HTML = '<!DOCTYPE html><html><head><title>404</title></head><body><svg></svg></body></html>';

describe('decodeImage of other files', () => {
  it.each<[string, Buffer, string]>([
    ['HEIC', brand('heic'), 'an image in HEIC format, which is not read; convert it to PNG'],
    ['JPEG XL', bytesOf('\xff\x0a\xfa\x7f'), 'an image in JPEG XL format'],
    ['JPEG XL in a container', bytesOf('\0\0\0\x0cJXL \r\n\x87\n'), 'an image in JPEG XL format'],
    ['JPEG 2000', bytesOf('\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 '), 'JPEG 2000 format'],
    ['JPEG 2000 without container', bytesOf('\xff\x4f\xff\x51'), 'JPEG 2000 format'],
    ['JPEG-LS', bytesOf('\xff\xd8\xff\xf7'), 'JPEG-LS format'],
    ['Photoshop', bytesOf('8BPS\0\x01'), 'a Photoshop document (PSD)'],
    ['GIMP', bytesOf('gimp xcf v011\0'), 'a GIMP document (XCF)'],
    ['ICO', bytesOf('\0\0\x01\0\x01\0\x10\x10'), 'an icon file (ICO)'],
    ['OpenEXR', bytesOf('v/1\x01\x02\0\0\0'), 'OpenEXR format'],
    ['Radiance', bytesOf('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n'), 'Radiance HDR format'],
    ['DDS', bytesOf('DDS |\0\0\0'), 'a texture (DDS)'],
    ['PPM', bytesOf('P6\n4 4\n255\n'), 'Netpbm format'],
    ['PFM', bytesOf('PF\n4 4\n-1.0\n'), 'Netpbm format'],
    ['Canon CR2', bytesOf('II*\0\x10\0\0\0CR\x02\0'), 'a raw file of a camera (CR2)'],
    ['Canon CR3', brand('crx '), 'a raw file of a camera (CR3)'],
    ['Fujifilm RAF', bytesOf('FUJIFILMCCD-RAW 0201'), 'a raw file of a camera (RAF)'],
    ['Olympus ORF', bytesOf('IIRO\x08\0\0\0'), 'a raw file of a camera (ORF)'],
    ['Panasonic RW2', bytesOf('IIU\0\x18\0\0\0\x88\xe7\x74\xd8'), 'a raw file of a camera (RW2)'],
    ['Minolta MRW', bytesOf('\0MRM\0\0'), 'a raw file of a camera (MRW)'],
    ['a web page', Buffer.from(HTML), 'a web page (HTML), not an image; download the image itself'],
    ['a web page after a comment', Buffer.from(`\n<!-- x --> ${HTML}`), 'a web page (HTML)'],
    ['JSON', Buffer.from('{"error": {"message": "not found"}}'), 'a JSON document, not an image'],
    ['XML', Buffer.from('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'), 'an XML'],
    ['text', Buffer.from('404: Not Found\n'), 'a text file, not an image'],
    ['a data URI', Buffer.from('data:image/png;base64,iVBORw0KGgo='), 'holds a data URI'],
    [
      'a Git LFS pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n'),
      'a Git LFS pointer, not the image that it stands for; fetch the image with "git lfs pull"',
    ],
    ['AppleDouble', bytesOf('\0\x05\x16\x07\0\x02\0\0Mac OS X'), 'give the file without "._"'],
    ['ZIP', bytesOf('PK\x03\x04\x14\0\0\0\x08\0'), 'a ZIP archive, not an image'],
    ['gzip', gzipSync(Buffer.alloc(3000, 'text')), 'a file compressed with gzip, not an image'],
    ['EPS', bytesOf('%!PS-Adobe-3.0 EPSF-3.0\n'), 'a PostScript drawing, which has no pixels'],
    ['EPS of text', Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\nshowpage\n'), 'a PostScript drawing'],
    [
      'text in other letters',
      Buffer.from('Datei nicht gefunden: Übersicht, 画像\n'),
      'a text file',
    ],
    [
      'a web page in UTF-16',
      Buffer.from('\ufeff<html><body>404</body></html>', 'utf16le'),
      'a web page (HTML)',
    ],
    ['zero bytes', Buffer.alloc(5000), 'the file holds nothing but zero bytes'],
  ])('names %s, whatever the file is called', async (_, bytes, message) => {
    const file = { name: 'photo.jpg', bytes };
    await expect(decodeImage(file, 1_000_000)).rejects.toThrow(/^image "photo\.jpg": /);
    await expect(decodeImage(file, 1_000_000)).rejects.toThrow(message);
    await expect(readSize(file)).rejects.toThrow(message);
  });

  it('does not take a picture for another kind, whatever it begins with', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
      const bytes = await rawInput(picture(33, 21)).toFormat(format).toBuffer();
      await expect(decodeImage({ name: 'x.html', bytes }, 1000)).resolves.toMatchObject({
        width: 33,
      });
    }
  });

  it('says of an unknown kind that it is no image', async () => {
    const bytes = bytesOf('\x07\x01\x02\x03\xfe');
    await expect(decodeImage({ name: 'x', bytes }, 1000)).rejects.toThrow(
      'not an image that can be read',
    );
  });

  it('reads AVIF whose container names no image of its own kind first', async () => {
    const avif = await sharp(picture(33, 21).data, { raw: { width: 33, height: 21, channels: 3 } })
      .avif()
      .toBuffer();
    avif.write('mif1', 8, 'latin1');
    await expect(decodeImage({ name: 'x', bytes: avif }, 1000)).resolves.toMatchObject({
      width: 33,
    });
  });

  it('names AVIF whose colours are multiplied by their transparency', async () => {
    const references = '\0\0\0\x1airef\0\0\0\0\0\0\0\x0eprem\0\x01\0\x01\0\x02';
    const other = references.replace('prem', 'auxl');
    const of = (boxes: string) =>
      decodeImage(
        { name: 'x', bytes: Buffer.concat([brand('avif'), bytesOf(`${boxes}av01`)]) },
        1000,
      );
    await expect(of(references)).rejects.toThrow(
      'AVIF image whose colours are multiplied by their',
    );
    await expect(of(other)).rejects.toThrow('not an image that can be read');
  });

  it.skipIf(!sharedIsPresent('cases/images'))('names the cases', async () => {
    const of = (name: string) =>
      decodeImage({ name, bytes: readFileSync(sharedPath(`cases/images/${name}`)) }, 1_000_000);
    await expect(of('photo.heic')).rejects.toThrow('an image in HEIC format');
    await expect(of('photo.jxl')).rejects.toThrow('an image in JPEG XL format');
    await expect(of('html.jpg')).rejects.toThrow('a web page (HTML)');
    await expect(of('lfs.jpg')).rejects.toThrow('git lfs pull');
  });
});
