<?php
echo 'hello from php itself';
