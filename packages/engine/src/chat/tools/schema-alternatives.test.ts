import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declaredParameters, schemaAlternatives } from './schema-alternatives.ts';

const root = {
  $defs: {
    Unit: { enum: ['C', 'F'] },
    Loop: { anyOf: [{ $ref: '#/$defs/Loop' }, { type: 'integer' }] },
    Ring: { $ref: '#/$defs/Gnir' },
    Gnir: { $ref: '#/$defs/Ring' },
    'a/b~c': { type: 'number' },
  },
  definitions: { Old: { type: 'array' } },
};

const cases: [schema: unknown, allowed: string][] = [
  [{ type: 'string' }, 'string'],
  [{ type: ['integer', 'null'] }, 'integer null'],
  [{ type: 'integer', nullable: true }, 'integer null'],
  [{ anyOf: [{ type: 'string' }, { oneOf: [{ type: 'object' }, { type: 'null' }] }] }, 'string object null'],
  [{ allOf: [{ description: 'x' }, { type: 'boolean' }] }, 'boolean'],
  [{ enum: ['a', 1, null, [2]] }, 'string="a" number=1 null=null array=[2]'],
  [{ const: true }, 'boolean=true'],
  [{ type: 'integer', enum: [1, 2] }, 'integer'],
  [{ $ref: '#/$defs/Unit' }, 'string="C" string="F"'],
  [{ $ref: '#/$defs/a~1b~0c' }, 'number'],
  [{ $ref: '#/definitions/Old' }, 'array'],
  [{ $ref: '#/$defs/Loop' }, 'integer'],
  [{ $ref: '#/$defs/Ring' }, ''],
  [{ $ref: '#/$defs/toString' }, ''],
  [{ $ref: 'https://example.com/schema' }, ''],
  [{ properties: {} }, 'object'],
  [{ items: {} }, 'array'],
  [{ type: 'any' }, ''],
  [{ description: 'x' }, ''],
  [{}, ''],
  [true, ''],
  [undefined, ''],
  ['string', ''],
];

for (const [schema, allowed] of cases) {
  test(`a schema allows: ${JSON.stringify(schema)}`, () => {
    const said = schemaAlternatives(schema, root).map((one) =>
      'only' in one ? `${one.type}=${JSON.stringify(one.only)}` : one.type,
    );
    assert.equal(said.join(' '), allowed);
  });
}

test('the declared parameters of a tool', () => {
  const properties = { a: { type: 'string' } };
  assert.equal(declaredParameters({ type: 'object', properties }), properties);
  assert.equal(declaredParameters({ $ref: '#/$defs/A', $defs: { A: { properties } } }), properties);
  assert.equal(declaredParameters({ $ref: '#' }), undefined);
  assert.equal(declaredParameters({ type: 'object' }), undefined);
  assert.equal(declaredParameters(undefined), undefined);
});
