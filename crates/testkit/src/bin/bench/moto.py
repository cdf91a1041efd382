# A server that speaks S3 and Glue, holding so many objects (each a Parquet file of three rows) and so many tables.
# Says its port, and ends with its input. What is held is put into moto's own memory: asking it a hundred thousand
# times would measure moto.
import io
import sys

import pyarrow
import pyarrow.parquet
from moto.core import DEFAULT_ACCOUNT_ID
from moto.glue.models import glue_backends
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

objects, tables = int(sys.argv[1]), int(sys.argv[2])
file = io.BytesIO()
pyarrow.parquet.write_table(pyarrow.table({'id': [1, 2, 3], 'name': ['a', 'b', 'c']}), file)
buckets = s3_backends[DEFAULT_ACCOUNT_ID]['aws']
buckets.create_bucket('bench', 'us-east-1')
for number in range(objects):
    buckets.put_object('bench', f'lake/events/day={number // 500:04}/part-{number:06}.parquet', file.getvalue())
catalog = glue_backends[DEFAULT_ACCOUNT_ID]['us-east-1']
catalog.create_database('bench', {'Name': 'bench'})
columns = [{'Name': f'c{column}', 'Type': 'decimal(12,2)', 'Comment': f'Column {column}.'} for column in range(20)]
for number in range(tables):
    storage = {'Columns': columns, 'Location': f's3://bench/t{number:05}'}
    about = {'Description': f'Table {number}.', 'TableType': 'EXTERNAL_TABLE', 'StorageDescriptor': storage}
    catalog.create_table('bench', f't{number:05}', {'Name': f't{number:05}', 'PartitionKeys': [], **about})
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
