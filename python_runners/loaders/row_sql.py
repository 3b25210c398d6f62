"""SQL over the values of one raw row: its digest, and what two rows are compared by."""

from __future__ import annotations

from python_runners.loaders.contracts import Column, RawTable


def row_digest(table: RawTable, *, is_bigquery: bool) -> str:
    """Return the expression of the digest of a row: 16 hex digits over the text of every value that decides."""
    texts = []
    for column in table.digest_columns:
        name = column.name
        if column.data_type == "float64":
            # As in the macro fixed_text.
            fixed = f"round(1000000 * {name}) as int64" if is_bigquery else f"round({name}, 6) as decimal(28, 6)"
            text = f"cast(cast({fixed}) as string)"
        elif column.data_type == "array<string>":
            text = f"array_to_string({name}, ',')"
        else:
            text = f"cast({name} as string)"
        texts.append(f"coalesce({text}, '~null~')")
    between = ", '|', "
    return short_digest(f"concat({between.join(texts)})", is_bigquery=is_bigquery)


def short_digest(text: str, *, is_bigquery: bool) -> str:
    """Return the expression of the first 16 hex digits of the SHA-256 of a text."""
    return f"substr({f'to_hex(sha256({text}))' if is_bigquery else f'sha256({text})'}, 1, 16)"


def comparable(alias: str, column: Column) -> str:
    """Return a column as something that both engines compare; BigQuery compares no arrays."""
    name = f"{alias}.{column.name}"
    return f"array_to_string({name}, ',')" if column.data_type == "array<string>" else name
