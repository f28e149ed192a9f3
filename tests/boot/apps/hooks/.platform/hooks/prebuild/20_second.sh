#!/bin/sh
echo "prebuild 20_second in $(pwd) as $(id -un): $WORD" >>/var/log/order
