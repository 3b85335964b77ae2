// The C half of reading ONNX files: the generated messages, and what makes unpacking them safe.
//
//   source   a file or a block of bytes, read in order and at offsets, never mapped
//   scan     one linear pass that checks the wire format against limits and writes a skeleton without the big payloads
//   document source + scan + protobuf-c on the skeleton, in one object
//   external opens a tensor's data file without leaving the model's directory
#pragma once

#include "onnx.pb-c.h"
#include "onnx_document.h"
#include "onnx_external.h"
#include "onnx_memory.h"
#include "onnx_scan.h"
#include "onnx_source.h"
#include "onnx_status.h"
