#!/usr/bin/env bash
exec "${BASH_SOURCE[0]%/*}/kafka-run-class.sh" org.apache.kafka.tools.TransactionsCommand "$@"
